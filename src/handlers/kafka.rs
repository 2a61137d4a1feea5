//! `kafka`: sends events to Kafka.

use crate::pipeline::ArgType::Str;
use crate::pipeline::{HandlerSpec, PropSpec};

pub(crate) const SPEC: HandlerSpec = HandlerSpec {
    name: "kafka",
    kind: "kafka",
    go_type: "KafkaHandler",
    props: &[
        PropSpec::field("cluster", Str, "id of the configured cluster"),
        PropSpec::field("kafkaTopic", Str, "topic to send to"),
        PropSpec::field("template", Str, "template of the message (default: the event as JSON)"),
        PropSpec::flag("disablePartitionById", "let Kafka choose the partition (default: by the event's id)"),
        PropSpec::field("partitionHashAlgorithm", Str, "'crc32' (default), 'murmur2', 'murmur3' or 'fnv-1a'"),
    ],
    doc: "sends events to Kafka",
    details: "The cluster comes from a section `[[kafka]]` of the configuration.",
    example: "stream\n    |from()\n        .measurement('cpu')\n    |alert()\n        \
              .crit(lambda: \"usage_idle\" < 10.0)\n        \
              .kafka()\n        .cluster('main')\n        .kafkaTopic('alerts')\n",
    ..HandlerSpec::BASE
};
