import { link, lstat, mkdir, open, readdir, readlink, rm, symlink } from "node:fs/promises";
import { dirname, join, relative } from "node:path";

const MAX_LINKS = 40;

/** Thrown where a path or link would leave the folder. */
export class LeavesFolderError extends Error {
  override readonly name = "LeavesFolderError";
}

/**
 * A folder that nothing written into it can leave: `..`, absolute links and links to links are followed by
 * hand, part by part, as if the folder were `/`. Paths are given as in an image, with or without `/` in front.
 */
export class ConfinedFolder {
  readonly root: string;
  readonly #links = new Set<string>();

  constructor(root: string) {
    this.root = root;
  }

  /**
   * The place of a path on disk, its parents made and their links followed; the last part is not followed.
   * Throws `LeavesFolderError`.
   */
  async locate(path: string): Promise<string> {
    const parts = partsOf(path);
    const last = parts.pop();
    if (last === undefined) return this.root;
    if (last === "..") throw new LeavesFolderError(path);
    return join(await this.#follow(parts, path, true), last);
  }

  async makeFolder(path: string, mode: number): Promise<string> {
    const place = await this.locate(path);
    const info = await lstatIfThere(place);
    if (info?.isDirectory() === false) await rm(place, { force: true });
    await mkdir(place, { recursive: true });
    // The owner must be able to write into it for as long as layers are put on one another.
    if (place !== this.root) await chmodFile(place, mode | 0o700);
    return place;
  }

  async writeFile(path: string, content: AsyncIterable<Uint8Array>, mode: number): Promise<string> {
    const place = await this.#clear(path);
    const file = await open(place, "wx", 0o600);
    try {
      for await (const chunk of content) await file.writeFile(chunk);
      await file.chmod(mode | 0o600);
    } finally {
      await file.close();
    }
    return place;
  }

  /** An absolute target means a path in the image, so it becomes a relative one that stays inside. */
  async makeSymlink(path: string, target: string): Promise<string> {
    const place = await this.#clear(path);
    const inside = target.startsWith("/")
      ? relative(dirname(place), join(this.root, ...partsOf(target))) || "."
      : target;
    await symlink(inside, place);
    this.#links.add(place);
    return place;
  }

  async makeHardLink(path: string, target: string): Promise<string> {
    const from = await this.locate(target);
    const info = await lstatIfThere(from);
    if (info === undefined || info.isDirectory())
      throw new LeavesFolderError(`${path} -> ${target}`);
    const place = await this.locate(path);
    if (place === from) return place;
    await rm(place, { recursive: true, force: true });
    await link(from, place);
    if (info.isSymbolicLink()) this.#links.add(place);
    return place;
  }

  /** Removes what lies under a place, except for the places in `kept` and what leads to them. */
  async removeUnder(place: string, kept: ReadonlySet<string>): Promise<void> {
    const info = await lstatIfThere(place);
    if (info === undefined) return;
    if (!holdsAny(place, kept)) return rm(place, { recursive: true, force: true });
    if (info.isDirectory()) await this.removeChildren(place, kept);
  }

  async removeChildren(place: string, kept: ReadonlySet<string>): Promise<void> {
    const info = await lstatIfThere(place);
    if (!info?.isDirectory()) return;
    for (const name of await readdir(place)) await this.removeUnder(join(place, name), kept);
  }

  /**
   * Looks at every link once more when all is written, since what a link means changes with the folders around it.
   * Throws `LeavesFolderError`.
   */
  async checkLinks(): Promise<void> {
    for (const place of this.#links) {
      const info = await lstatIfThere(place);
      if (info?.isSymbolicLink())
        await this.#follow(partsOf(relative(this.root, place)), place, false);
    }
  }

  async #clear(path: string): Promise<string> {
    const place = await this.locate(path);
    if (place === this.root) throw new LeavesFolderError(path);
    await rm(place, { recursive: true, force: true });
    return place;
  }

  /** Walks down from the root. A part that is not there is made, or taken as the plain folder it would be. */
  async #follow(parts: readonly string[], path: string, make: boolean): Promise<string> {
    const todo = [...parts];
    const at: string[] = [];
    let links = 0;
    for (let part = todo.shift(); part !== undefined; part = todo.shift()) {
      const target = part === ".." ? undefined : await readlinkIfLink(join(this.root, ...at, part));
      if (target !== undefined) {
        if (++links > MAX_LINKS) throw new LeavesFolderError(path);
        // Links are relative: makeSymlink saw to that.
        todo.unshift(...partsOf(target));
        continue;
      }
      if (!step(at, part)) throw new LeavesFolderError(path);
      if (make) await makeReal(join(this.root, ...at));
    }
    return join(this.root, ...at);
  }
}

/** One step down, or up for `..`; false where that would leave the root. */
function step(at: string[], part: string): boolean {
  if (part === "..") return at.pop() !== undefined;
  at.push(part);
  return true;
}

async function makeReal(place: string): Promise<void> {
  const info = await lstatIfThere(place);
  if (info?.isDirectory()) return;
  if (info !== undefined) await rm(place, { force: true });
  await mkdir(place);
}

async function readlinkIfLink(place: string): Promise<string | undefined> {
  const info = await lstatIfThere(place);
  return info?.isSymbolicLink() ? readlink(place) : undefined;
}

async function chmodFile(place: string, mode: number): Promise<void> {
  const folder = await open(place, "r");
  try {
    await folder.chmod(mode);
  } finally {
    await folder.close();
  }
}

async function lstatIfThere(place: string) {
  try {
    return await lstat(place);
  } catch {
    return undefined;
  }
}

function partsOf(path: string): string[] {
  return path.split("/").filter((part) => part !== "" && part !== ".");
}

function holdsAny(place: string, kept: ReadonlySet<string>): boolean {
  if (kept.has(place)) return true;
  for (const one of kept) if (one.startsWith(`${place}/`)) return true;
  return false;
}
