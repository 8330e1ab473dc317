import { randomInt } from "node:crypto";

const HOW =
  "able amber brave bright brisk calm clear clever cosmic crisp daring deep eager early even fair fast fleet fond fresh gentle glad golden grand happy hardy honest humble jolly keen kind light lively lucky mellow merry mild modest neat noble open patient plain polite prompt proud quick quiet rapid ready rosy sharp silver smooth snowy solid spry steady stout sunny swift tidy vivid warm wise witty young".split(
    " ",
  );
const WHAT =
  "anchor auk beacon bell bosun breeze brig buoy canoe cape clipper coral cove crane crest current cutter delta dolphin dory eider ferry fjord frigate gannet gull harbor heron island jetty kayak keel ketch kite lagoon lantern lighthouse lugger mast moon narwhal oar orca osprey otter pelican petrel pier pilot plover puffin raft reef rudder sail schooner seal shell ship skiff sloop spray star stern strait tern tide tiller trawler whale yawl".split(
    " ",
  );

/** Two words that a person can tell apart and say aloud. */
export function randomRunName(): string {
  return `${pick(HOW)}-${pick(WHAT)}`;
}

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)] ?? "";
}
