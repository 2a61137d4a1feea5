//! What all nodes with state for each group do with batches, barriers and deletions.

/// Methods of [`super::Node`] for a node with `groups: PerGroup<_>` and `fn fresh(&self) -> _`, the state of a
/// group that was not seen before: a group is known since its first batch or barrier too, and is forgotten
/// when it is deleted. With `reset = METHOD`, that is called for the state at the beginning of each batch.
macro_rules! grouped {
    (control) => {
        fn barrier(
            &mut self,
            barrier: crate::nodes::Barrier,
            _: &mut crate::nodes::Cx<'_>,
        ) -> crate::nodes::Step<crate::nodes::Barrier> {
            if self.groups.get(barrier.group).is_none() {
                let fresh = self.fresh();
                self.groups.insert(barrier.group, fresh);
            }
            crate::nodes::Step::Pass(barrier)
        }

        fn forget(
            &mut self,
            group: crate::data::GroupId,
            _: &mut crate::nodes::Cx<'_>,
        ) -> crate::nodes::Step<crate::data::GroupId> {
            match self.groups.remove(group) {
                Some(_) => crate::nodes::Step::Pass(group),
                None => crate::nodes::Step::Drop,
            }
        }

        fn cardinality(&self) -> usize {
            self.groups.len()
        }
    };
    () => {
        fn begin(
            &mut self,
            head: crate::data::Head,
            _: &mut crate::nodes::Cx<'_>,
        ) -> crate::nodes::Step<crate::data::Head> {
            if self.groups.get(head.group).is_none() {
                let fresh = self.fresh();
                self.groups.insert(head.group, fresh);
            }
            crate::nodes::Step::Pass(head)
        }

        crate::nodes::grouped::grouped!(control);
    };
    (reset = $reset:ident) => {
        fn begin(
            &mut self,
            head: crate::data::Head,
            _: &mut crate::nodes::Cx<'_>,
        ) -> crate::nodes::Step<crate::data::Head> {
            match self.groups.get(head.group) {
                Some(state) => state.$reset(),
                None => {
                    let fresh = self.fresh();
                    self.groups.insert(head.group, fresh);
                }
            }
            crate::nodes::Step::Pass(head)
        }

        crate::nodes::grouped::grouped!(control);
    };
}
pub(super) use grouped;
