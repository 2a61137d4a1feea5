//! What the templates of a node see of an event, under Kapacitor's names.

use super::Event;
use super::details::Server;
use super::plain::{Stage, group};
use crate::template::{Datum, MapRef, Struct};

const FIELDS: [&str; 11] = [
    "Name",
    "TaskName",
    "Group",
    "Tags",
    "ServerInfo",
    "ID",
    "Fields",
    "Level",
    "Time",
    "Duration",
    "Message",
];

/// An event as a template of some stage sees it.
pub(super) struct Facts<'a> {
    pub(super) event: &'a Event,
    pub(super) server: &'a Server,
    pub(super) stage: Stage,
}

impl Struct for Facts<'_> {
    fn type_name(&self) -> &str {
        match self.stage {
            Stage::Id => "kapacitor.idInfo",
            Stage::Message => "kapacitor.messageInfo",
            Stage::Details => "kapacitor.detailsInfo",
        }
    }

    fn fields(&self) -> &[&'static str] {
        let known = match self.stage {
            Stage::Id => 5,
            Stage::Message => 10,
            Stage::Details => 11,
        };
        FIELDS.get(..known).unwrap_or_default()
    }

    fn field(&self, name: &str) -> Option<Datum<'_>> {
        if !self.fields().contains(&name) {
            return None;
        }
        let event = self.event;
        Some(match name {
            "Name" => Datum::str(event.name()),
            "TaskName" => Datum::str(&event.task),
            "Group" => Datum::str(group(event)),
            "Tags" => Datum::strings(event.tags()),
            "ServerInfo" => Datum::Struct(self.server),
            "ID" => Datum::str(&event.id),
            "Fields" => Datum::Map(MapRef::Other(&event.point.fields)),
            "Level" => Datum::str(event.level.as_str()),
            "Time" => Datum::Time(event.time),
            "Duration" => Datum::Duration(event.duration),
            "Message" => Datum::str(&event.message),
            _ => return None,
        })
    }
}

impl Struct for Server {
    fn type_name(&self) -> &str {
        "kapacitor.serverInfo"
    }

    fn fields(&self) -> &[&'static str] {
        &["Hostname", "ClusterID", "ServerID"]
    }

    fn field(&self, name: &str) -> Option<Datum<'_>> {
        match name {
            "Hostname" => Some(Datum::str(&self.hostname)),
            "ClusterID" => Some(Datum::str(&self.cluster_id)),
            "ServerID" => Some(Datum::str(&self.server_id)),
            _ => None,
        }
    }
}
