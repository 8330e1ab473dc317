import { invariant } from "@slipway/core";
import type { AgentServer } from "./server-port.ts";

/** Which installation the agent's server is; it goes to what is launched. Asked once, before the first claim. */
export class Installation {
  #id: string | undefined;

  constructor(known?: string) {
    this.#id = known;
  }

  async learn(server: Pick<AgentServer, "server">): Promise<void> {
    this.#id ??= (await server.server()).installationId;
  }

  get id(): string {
    invariant(
      this.#id !== undefined,
      "An attempt is looked after by an agent that has asked nothing yet",
    );
    return this.#id;
  }
}
