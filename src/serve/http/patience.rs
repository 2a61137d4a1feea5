//! Bodies that come, but not for ever: a client that stands still in the middle of a request is let go.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::BoxError;
use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::time::{Instant, Sleep, sleep};

/// How long a body may stand still, and whether it has for longer.
pub(super) struct Patience {
    limit: Duration,
    ended: Arc<AtomicBool>,
}

impl Patience {
    pub(super) fn new(limit: Duration) -> Patience {
        Patience { limit, ended: Arc::default() }
    }

    /// The body, which fails when it stands still for too long.
    pub(super) fn watch(&self, body: Body) -> Body {
        if body.is_end_stream() {
            return body;
        }
        let (limit, ended) = (self.limit, Arc::clone(&self.ended));
        Body::new(Watched { body, limit, ended, alarm: Box::pin(sleep(limit)) })
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Relaxed)
    }
}

struct Watched {
    body: Body,
    limit: Duration,
    ended: Arc<AtomicBool>,
    alarm: Pin<Box<Sleep>>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = &mut *self;
        if let Poll::Ready(frame) = Pin::new(&mut this.body).poll_frame(cx) {
            this.alarm.as_mut().reset(Instant::now() + this.limit);
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        ready!(this.alarm.as_mut().poll(cx));
        this.ended.store(true, Ordering::Relaxed);
        Poll::Ready(Some(Err("the body stands still".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
