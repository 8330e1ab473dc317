import { createHash } from "node:crypto";

/** What this process registers with platforms: each definition once at a time, and where. */
export class Registrations {
  readonly #underWay = new Map<string, Promise<number>>();
  /** A definition names its image, an image has one environment, and that one place: so each hash has one scope. */
  readonly #scopes = new Map<string, string>();

  /** Under which name the server keeps a definition: the same content elsewhere is another one. */
  nameOf(hash: string, scope = this.#scopes.get(hash) ?? ""): string {
    this.#scopes.set(hash, scope);
    return createHash("sha256").update(`${scope} ${hash}`).digest("hex");
  }

  /** Waits for the registration that is under way, or starts one. */
  join(name: string, start: () => Promise<number>): Promise<number> {
    const underWay = this.#underWay.get(name);
    if (underWay !== undefined) return underWay;
    const started = start().finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, started);
    return started;
  }
}
