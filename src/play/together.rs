//! One pass over the inputs for several engines that know nothing of each other.

use super::player::{Audience, Ended, Fed, Next, Player};
use super::sources::Sources;
use crate::input::BoxedBlocks;

/// Plays the same inputs to all players; recorded batches to each its own. The first player's audience reads, and
/// hears what there is to say of the inputs.
pub fn together<A: Audience>(
    players: &mut [Player<'_, A>],
    inputs: Vec<BoxedBlocks>,
    sources: Vec<Sources>,
) -> Ended {
    for (player, sources) in players.iter_mut().zip(sources) {
        player.set_sources(sources);
    }
    let mut ended = Ended::Through;
    for blocks in inputs {
        ended = ended.then(input(players, blocks));
        if ended.at_once() {
            return ended;
        }
    }
    players.iter_mut().fold(ended, |ended, player| ended.then(player.end()))
}

fn input<A: Audience>(players: &mut [Player<'_, A>], blocks: BoxedBlocks) -> Ended {
    let Some((first, others)) = players.split_first_mut() else { return Ended::Through };
    let mut feed = match first.open(blocks) {
        Ok(feed) => feed,
        Err(ended) => return ended,
    };
    let mut ended = Ended::Through;
    loop {
        match first.next(&mut feed) {
            Next::Fed(Fed::Block(block)) => {
                ended = ended.then(first.block(&block.info, &block.text, block.found.as_ref()));
                for player in &mut *others {
                    // The others may want other fields than the scout looked for.
                    ended = ended.then(player.block(&block.info, &block.text, None));
                }
                first.recycle(&mut feed, block);
            }
            Next::Fed(other) => ended = ended.then(first.aside(other)),
            Next::Idle => {}
            Next::End => return ended,
            Next::Interrupted => return Ended::Interrupted,
        }
        if ended.at_once() {
            return ended;
        }
        first.breathe();
    }
}
