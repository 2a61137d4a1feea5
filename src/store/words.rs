//! The words under which other rooms' enums are kept.

/// `stream` and `batch`.
pub(super) mod task_type {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::pipeline::TaskType;

    pub(in crate::store) fn serialize<S: Serializer>(kind: &TaskType, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(match kind {
            TaskType::Stream => "stream",
            TaskType::Batch => "batch",
        })
    }

    pub(in crate::store) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<TaskType, D::Error> {
        match String::deserialize(from)?.as_str() {
            "stream" => Ok(TaskType::Stream),
            "batch" => Ok(TaskType::Batch),
            other => Err(D::Error::custom(format_args!("unknown type of task `{other}`"))),
        }
    }
}

/// `OK`, `INFO`, `WARNING`, `CRITICAL`.
pub(super) mod level {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::alert::Level;

    pub(in crate::store) fn serialize<S: Serializer>(level: &Level, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(level.as_str())
    }

    pub(in crate::store) fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Level, D::Error> {
        let word = String::deserialize(from)?;
        let found = Level::ALL.into_iter().find(|level| level.as_str() == word);
        found.ok_or_else(|| D::Error::custom(format_args!("unknown level `{word}`")))
    }
}
