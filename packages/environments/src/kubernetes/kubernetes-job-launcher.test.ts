import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { createLauncher } from "@slipway/environments/launch";
import { withTempDir } from "@slipway/testing";
import { describe, expect, it } from "vitest";
import { KubernetesJobEnvironment } from "./kubernetes-job-environment.ts";

const NAMESPACE = "harbour-of-hidden-things";
const FORBIDDEN = {
  kind: "Status",
  code: 403,
  reason: "Forbidden",
  message: `jobs.batch is forbidden: User "u" cannot list resource "jobs" in the namespace "${NAMESPACE}"`,
};

describe("a launcher that may not look", () => {
  it("names no argument of its environment, although others share its watch", () =>
    withTempDir(async (folder) => {
      const server = createServer((_, answer) => {
        answer.writeHead(403).end(JSON.stringify(FORBIDDEN));
      });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      const kubeconfig = join(folder, "config");
      await writeFile(kubeconfig, configOf(server.address()));
      const jobSpec = {
        apiVersion: "batch/v1",
        kind: "Job",
        spec: { template: { spec: { containers: [{ name: "flow" }] } } },
      };
      const where = { kubeconfig, namespace: NAMESPACE };
      const environment = new KubernetesJobEnvironment({ ...where, jobSpec });
      const launcher = await createLauncher(environment.serialize());
      const infrastructure = { kind: "KubernetesJob", id: "1", details: { installation: "i" } };
      try {
        const thrown = await Promise.all([
          launcher.observe(infrastructure).catch(String),
          launcher.stop(infrastructure, "why").catch(String),
        ]);
        for (const words of thrown) {
          expect(words).toMatch(/is forbidden/);
          expect(words).not.toMatch(NAMESPACE);
        }
      } finally {
        launcher.close();
        server.close();
        server.closeAllConnections();
      }
    }));
});

function configOf(address: ReturnType<ReturnType<typeof createServer>["address"]>): string {
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return JSON.stringify({
    "current-context": "c",
    clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${port}` } }],
    users: [{ name: "c", user: {} }],
    contexts: [{ name: "c", context: { cluster: "c", user: "c" } }],
  });
}
