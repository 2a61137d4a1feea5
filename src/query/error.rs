//! Why a query is not answered.

/// In InfluxDB's words where it has them.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct QueryError(String);

impl QueryError {
    pub(super) fn new(text: impl Into<String>) -> QueryError {
        QueryError(text.into())
    }
}

/// An error for `return`.
pub(super) fn refuse<T>(text: impl Into<String>) -> Result<T, QueryError> {
    Err(QueryError::new(text))
}
