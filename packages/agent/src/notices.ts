import { canonicalJson, type Timeline } from "@slipway/core";

export interface Notice {
  /** An empty one clears what was said before. */
  readonly status?: string;
  readonly timeline?: Timeline;
}

/**
 * Tells the server what is seen of an attempt, as soon as it changes and no more often than it is answered: what
 * changes meanwhile goes along in the next one. Nothing waits for it, and what is lost is said again with the next look.
 */
export class Notices {
  readonly #send: (notice: Notice) => Promise<unknown>;
  #wanted: Notice = {};
  #told: Required<Notice> = { status: "", timeline: {} };
  #sending = false;

  constructor(send: (notice: Notice) => Promise<unknown>) {
    this.#send = send;
  }

  tell(notice: Notice): void {
    this.#wanted = { ...this.#wanted, ...notice };
    if (!this.#sending) void this.#sendAll();
  }

  async #sendAll(): Promise<void> {
    this.#sending = true;
    try {
      for (let news = this.#news(); news !== undefined; news = this.#news()) {
        await this.#send(news);
        this.#told = { ...this.#told, ...news };
      }
    } catch {
      // The server is away, or the attempt is another's: who looks after it finds that out elsewhere.
    } finally {
      this.#sending = false;
    }
  }

  #news(): Notice | undefined {
    const { status = this.#told.status, timeline = this.#told.timeline } = this.#wanted;
    const news = {
      ...(status === this.#told.status ? {} : { status }),
      ...(canonicalJson(timeline) === canonicalJson(this.#told.timeline) ? {} : { timeline }),
    };
    return Object.keys(news).length === 0 ? undefined : news;
  }
}
