import { Flow, task } from "slipway";
import { KubernetesJobEnvironment } from "slipway/environments";
import { Docker } from "slipway/storage";

const start = task("start", () => 1);

/** Its pods go to the node of a stand-in kubelet, and to no other. */
export default new Flow(
  "job",
  {
    environment: new KubernetesJobEnvironment({
      jobSpec: {
        apiVersion: "batch/v1",
        kind: "Job",
        metadata: { name: "bench" },
        spec: {
          template: {
            spec: {
              nodeSelector: { "kubernetes.io/hostname": "stand-in" },
              containers: [{ name: "flow" }],
            },
          },
        },
      },
    }),
    storage: new Docker({ imageName: "job" }),
  },
  () => {
    start();
  },
);
