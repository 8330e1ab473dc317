import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { settleAll } from "../settle-all.mjs";

const run = promisify(execFile);
const EC_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30"];

/** Who calls the API server, by the names that its built-in roles are bound to. */
const CLIENTS = {
  admin: "/O=system:masters/CN=admin",
  "controller-manager": "/CN=system:kube-controller-manager",
  scheduler: "/CN=system:kube-scheduler",
  kubelet: "/O=system:nodes/CN=system:node:localhost",
};

/** Makes an authority, the API server's certificate and every client's kubeconfig in the folder, and answers where these lie. */
export async function makeKeys(folder, address) {
  const path = (name) => join(folder, name);
  // Without a configuration of our own, openssl would add what its package's says.
  writeFileSync(path("openssl.conf"), "[req]\ndistinguished_name = name\n[name]\n");
  const certify = (name, subject, ...more) =>
    run("openssl", [
      ...["req", "-x509", "-config", path("openssl.conf"), ...EC_KEY, "-subj", subject],
      ...["-keyout", path(`${name}.key`), "-out", path(`${name}.crt`), ...more],
    ]);
  await certify("ca", "/CN=slipway-test", "-addext", "basicConstraints=critical,CA:TRUE");
  const issue = (name, subject, ...extensions) =>
    certify(
      ...[name, subject, "-CA", path("ca.crt"), "-CAkey", path("ca.key")],
      ...extensions.flatMap((extension) => ["-addext", extension]),
    );
  const names = `subjectAltName=IP:${address},DNS:kubernetes.default.svc,DNS:localhost`;
  await settleAll([
    issue("apiserver", "/CN=kube-apiserver", names, "extendedKeyUsage=serverAuth"),
    run("openssl", ["genrsa", "-out", path("service-account.key"), "2048"]),
    ...Object.entries(CLIENTS).map(([name, subject]) =>
      issue(name, subject, "extendedKeyUsage=clientAuth"),
    ),
  ]);
  for (const name of Object.keys(CLIENTS)) {
    const content = JSON.stringify(kubeconfig(path, name, address));
    writeFileSync(path(`${name}.kubeconfig`), content, { mode: 0o600 });
  }
  return path;
}

/** Holds the keys themselves, so that a test may copy it. JSON is YAML. */
function kubeconfig(path, name, address) {
  const base64 = (file) => readFileSync(path(file)).toString("base64");
  const cluster = {
    server: `https://${address}`,
    "certificate-authority-data": base64("ca.crt"),
  };
  const user = {
    "client-certificate-data": base64(`${name}.crt`),
    "client-key-data": base64(`${name}.key`),
  };
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster }],
    users: [{ name, user }],
    contexts: [{ name: "test", context: { cluster: "test", user: name } }],
    "current-context": "test",
  };
}
