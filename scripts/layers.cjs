// The direction of imports (ARCHITECTURE.md, "Packages") as rules for dependency-cruiser.

/** What each package may import besides itself. Tests and what only tests use may import more. */
const MAY_IMPORT = {
  core: [],
  engine: ["core"],
  storage: ["core"],
  environments: ["core"],
  client: ["core"],
  server: ["core"],
  testing: ["core"],
  agent: ["core", "client", "environments", "storage"],
  "fargate-local": ["core", "storage"],
  slipway: ["core", "engine", "client", "storage", "environments"],
  cli: ["core", "client", "server", "agent", "storage", "environments", "fargate-local", "slipway"],
};

const TESTS = "\\.test(-d)?\\.ts$|^packages/[^/]+/test/|^(e2e|test|benchmarks|examples|scripts)/";

const directions = Object.entries(MAY_IMPORT).map(([name, allowed]) => ({
  name: `${name}-imports-only-its-layers`,
  comment: `${name} may import ${allowed.join(", ") || "no other package"}: see ARCHITECTURE.md`,
  severity: "error",
  from: { path: `^packages/${name}/`, pathNot: TESTS },
  to: { path: "^packages/", pathNot: `^packages/(${[name, ...allowed].join("|")})/` },
}));

/** Packages from npm that have one home. */
const only = (name, modules, home) => ({
  name,
  comment: `${modules.join(", ")}: only under ${home}`,
  severity: "error",
  from: { path: "^packages/", pathNot: `${TESTS}|${home}` },
  to: { path: modules.map((module) => `(^|/)node_modules/${module}(/|$)`).join("|") },
});

module.exports = {
  forbidden: [
    {
      name: "no-cycles",
      comment:
        "Files that import each other in a circle cannot be read, tested or moved one by one",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-unresolved",
      comment:
        "An import that cannot be followed would be passed over in silence by every other rule",
      severity: "error",
      from: {},
      // The command's own file starts what a build makes, and in a new clone there has been none.
      to: { couldNotResolve: true, pathNot: "^\\.\\./dist/index\\.js$" },
    },
    {
      name: "core-imports-nothing",
      comment: "core has no dependency and no I/O: it runs in a browser and in every flow image",
      severity: "error",
      from: { path: "^packages/core/src/", pathNot: TESTS },
      to: { pathNot: "^packages/core/src/" },
    },
    ...directions,
    {
      name: "testing-in-tests-only",
      comment: "What ships never imports @slipway/testing",
      severity: "error",
      from: { path: "^packages/(?!testing/)", pathNot: TESTS },
      to: { path: "^packages/testing/" },
    },
    {
      name: "tests-are-imported-by-tests-only",
      comment: "What ships never imports a test",
      severity: "error",
      from: { path: "^packages/", pathNot: TESTS },
      to: { path: TESTS },
    },
    only("sql-in-its-place", ["pg", "kysely"], "^packages/server/src/(db|postgres)/"),
    only("cloud-in-its-place", ["@aws-sdk"], "^packages/environments/"),
    only("cluster-in-its-place", ["@kubernetes"], "^packages/(environments|testing)/"),
    only("bundler-in-its-place", ["esbuild"], "^packages/storage/src/"),
  ],
  options: {
    tsConfig: { fileName: "tsconfig.base.json" },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    // Not every dist: what lies in node_modules has to stay in sight.
    exclude: { path: "^(packages/[^/]+|benchmarks)/dist/|^test/gates/fixtures/" },
    enhancedResolveOptions: {
      // Without the first, workspace packages would be read from `dist`.
      conditionNames: ["slipway-source", "import", "node", "types", "default"],
      exportsFields: ["exports"],
      extensions: [".ts", ".mts", ".js", ".mjs", ".cjs", ".json"],
      mainFields: ["module", "main", "types", "typings"],
    },
  },
};
