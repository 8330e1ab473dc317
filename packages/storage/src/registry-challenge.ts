/** How a registry wants to be asked, as its `WWW-Authenticate` header says. */
export type Challenge =
  | { readonly scheme: "basic" }
  | {
      readonly scheme: "bearer";
      readonly realm: string;
      readonly service?: string;
      readonly scope?: string;
    };

/** Reads a `WWW-Authenticate` header; nothing where it names no scheme that registries use. */
export function parseChallenge(header: string): Challenge | undefined {
  if (/^\s*basic\b/i.test(header)) return { scheme: "basic" };
  if (!/^\s*bearer\b/i.test(header)) return undefined;
  const fields: Record<string, string> = {};
  for (const [, name = "", value = ""] of header.matchAll(/([a-z_]+)="([^"]*)"/gi)) {
    fields[name.toLowerCase()] = value;
  }
  const { realm, service, scope } = fields;
  if (realm === undefined) return undefined;
  return {
    scheme: "bearer",
    realm,
    ...(service === undefined ? {} : { service }),
    ...(scope === undefined ? {} : { scope }),
  };
}
