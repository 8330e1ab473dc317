import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { findProgram } from "../debian.mjs";
import { buildProgram } from "./go-build.mjs";

const KUBERNETES = { module: "k8s.io/kubernetes", version: "v1.34.3" };

/** Newest that still runs where control groups are of version 1, which later releases refuse by default. */
const PROGRAMS = {
  // Not Debian's: with an etcd before 3.5 the API server has no streaming lists, which managed clusters have.
  etcd: { module: "go.etcd.io/etcd/server/v3", version: "v3.6.13", folder: "" },
  "kube-apiserver": kubernetes("kube-apiserver"),
  "kube-controller-manager": kubernetes("kube-controller-manager"),
  "kube-scheduler": kubernetes("kube-scheduler"),
  kubelet: kubernetes("kubelet"),
  helm: {
    module: "helm.sh/helm/v3",
    version: "v3.22.0",
    folder: "/cmd/helm",
    // Else charts are rendered for a Kubernetes of years ago.
    variables: {
      "helm.sh/helm/v3/internal/version.version": "v3.22.0",
      "helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor": "1",
      "helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor": "34",
      "helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor": "1",
      "helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor": "34",
    },
  },
};

function kubernetes(name) {
  const path = "k8s.io/component-base/version";
  const [major, minor] = KUBERNETES.version.slice(1).split(".");
  const variables = {
    [`${path}.gitVersion`]: KUBERNETES.version,
    [`${path}.gitMajor`]: major,
    [`${path}.gitMinor`]: minor,
  };
  return { ...KUBERNETES, folder: `/cmd/${name}`, variables };
}

/** The path of every program, built from the Go module proxy's sources where the cache has none of its version. */
export async function cachedPrograms() {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "slipway-components");
  const paths = {};
  for (const [name, program] of Object.entries(PROGRAMS)) {
    paths[name] = join(cache, `${name}-${program.version}`);
    if (!existsSync(paths[name])) await buildInto(paths[name], name, program);
  }
  return paths;
}

/** It gets its name when it is whole, so that a build that was killed leaves nothing that is taken for one. */
async function buildInto(path, name, program) {
  if (findProgram("go") === undefined) {
    throw new Error(
      `${name} ${program.version} has to be built, and there is no go: install Go 1.26 or newer (https://go.dev/dl)`,
    );
  }
  mkdirSync(join(path, ".."), { recursive: true });
  const folder = mkdtempSync(`${path}.building-`);
  try {
    renameSync(await buildProgram(name, program, folder), path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
