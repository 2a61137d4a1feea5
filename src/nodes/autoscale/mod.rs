//! `k8sAutoscale`, `swarmAutoscale`, `ec2Autoscale`: replicas by expression.

mod run;

pub(super) use run::Autoscale;

use crate::pipeline::ArgType::{Duration, Int, Lambda, Str};
use crate::pipeline::{Edge, Fault, NodeDef, NodeSpec, PropSpec, StartContext, Whole, start};

const CLUSTER: PropSpec = PropSpec::field("cluster", Str, "name of the configured cluster");
const CURRENT: PropSpec = PropSpec::field("currentField", Str, "name of the current count in `replicas`");
const MIN: PropSpec = PropSpec::field("min", Int, "never fewer than this (default 1)");
const MAX: PropSpec = PropSpec::field("max", Int, "never more than this (default 0: no limit)");
const REPLICAS: PropSpec = PropSpec::field("replicas", Lambda, "how many are wanted, an int; required");
const UP: PropSpec = PropSpec::field("increaseCooldown", Duration, "wait this long between increases");
const DOWN: PropSpec = PropSpec::field("decreaseCooldown", Duration, "wait this long between decreases");

const BASE: NodeSpec = NodeSpec {
    provides: Edge::Stream,
    details: "A point with the fields `old` and `new` goes out for each change. Nothing is scaled: a run tells what \
              would be, and goes on as if it had been done. The count is `min` at first.",
    start: start_up,
    whole: |_| Whole::Drops,
    ..NodeSpec::BASE
};

pub(crate) const K8S: NodeSpec = NodeSpec {
    name: "k8sAutoscale",
    desc: "k8s_autoscale",
    go_type: "K8sAutoscaleNode",
    props: &[
        CLUSTER,
        CURRENT,
        MIN,
        MAX,
        REPLICAS,
        UP,
        DOWN,
        PropSpec::field("namespace", Str, "namespace of the resource"),
        PropSpec::field("kind", Str, "'deployments' (default), 'replicasets' or 'replicationcontrollers'"),
        PropSpec::field("resourceName", Str, "name of the resource"),
        PropSpec::field("resourceNameTag", Str, "tag that holds the name of the resource"),
        PropSpec::field("namespaceTag", Str, "tag of the result for the namespace (default 'namespace')"),
        PropSpec::field("kindTag", Str, "tag of the result for the kind (default 'kind')"),
        PropSpec::field("resourceTag", Str, "tag of the result for the name (default 'resource')"),
    ],
    doc: "scales a resource of Kubernetes",
    example: "stream\n    |from()\n        .measurement('requests')\n        .groupBy('app')\n    |k8sAutoscale()\n        \
              .resourceNameTag('app')\n        .max(10)\n        .replicas(lambda: int(ceil(\"rate\" / 100.0)))\n",
    validate: |node| {
        exactly_one(node, "resourceName", "ResourceName")?;
        let kind = node.str("kind").unwrap_or("deployments");
        if !matches!(kind, "deployments" | "replicasets" | "replicationcontroller") {
            let text = format!(
                "invalid Kind, must be 'deployments', 'replicasets' or 'replicationcontrollers', got {kind}"
            );
            return Err(Fault::new(text).prop("kind"));
        }
        common(node)
    },
    ..BASE
};

pub(crate) const SWARM: NodeSpec = NodeSpec {
    name: "swarmAutoscale",
    desc: "swarm_autoscale",
    go_type: "SwarmAutoscaleNode",
    props: &[
        CLUSTER,
        CURRENT,
        MIN,
        MAX,
        REPLICAS,
        UP,
        DOWN,
        PropSpec::field("serviceName", Str, "name of the service"),
        PropSpec::field("serviceNameTag", Str, "tag that holds the name of the service"),
        PropSpec::field(
            "outputServiceNameTag",
            Str,
            "tag of the result for the name (default: that which holds it)",
        ),
    ],
    doc: "scales a service of Docker Swarm",
    example: "stream\n    |from()\n        .measurement('requests')\n        .groupBy('service')\n    \
              |swarmAutoscale()\n        .serviceNameTag('service')\n        \
              .replicas(lambda: int(ceil(\"rate\" / 100.0)))\n",
    validate: |node| {
        exactly_one(node, "serviceName", "ServiceName")?;
        common(node)
    },
    ..BASE
};

pub(crate) const EC2: NodeSpec = NodeSpec {
    name: "ec2Autoscale",
    desc: "ec2_autoscale",
    go_type: "Ec2AutoscaleNode",
    props: &[
        CLUSTER,
        CURRENT,
        MIN,
        MAX,
        REPLICAS,
        UP,
        DOWN,
        PropSpec::field("groupName", Str, "name of the autoscaling group"),
        PropSpec::field("groupNameTag", Str, "tag that holds the name of the group"),
        PropSpec::field(
            "outputGroupNameTag",
            Str,
            "tag of the result for the name (default: that which holds it)",
        ),
    ],
    doc: "scales an autoscaling group of EC2",
    example: "stream\n    |from()\n        .measurement('requests')\n        .groupBy('group')\n    |ec2Autoscale()\n        \
              .groupNameTag('group')\n        .replicas(lambda: int(ceil(\"rate\" / 100.0)))\n",
    validate: |node| {
        exactly_one(node, "groupName", "GroupName")?;
        common(node)
    },
    ..BASE
};

fn exactly_one(node: &NodeDef, prop: &'static str, go: &str) -> Result<(), Fault> {
    let set = |name: &str| node.str(name).is_some_and(|text| !text.is_empty());
    if set(prop) == set(&format!("{prop}Tag")) {
        return Err(Fault::new(format!("must specify exactly one of {go} or {go}Tag")).prop(prop));
    }
    Ok(())
}

fn common(node: &NodeDef) -> Result<(), Fault> {
    let min = node.int("min").unwrap_or(1);
    if min < 1 {
        return Err(Fault::new(format!("min must be >= 1, got {min}")).prop("min"));
    }
    if node.lambda("replicas").is_none() {
        return Err(Fault::new("must provide a replicas lambda expression")
            .hint("add `.replicas(lambda: …)`")
            .prop("replicas"));
    }
    Ok(())
}

fn start_up(node: &NodeDef, _: &StartContext<'_>) -> Result<(), Fault> {
    start::lambda_arg(node.arg("replicas"), "invalid replicas expression: ").map_err(|f| f.prop("replicas"))
}
