/** What a person sees who opens the server's address in a browser. */
export function landingPage(version: string, graphqlUrl: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Slipway server</title>
<style>body { font: 16px/1.5 system-ui, sans-serif; margin: 3rem auto; max-width: 40rem; padding: 0 1rem }</style>
<h1>Slipway server ${version}</h1>
<ul>
<li><code>POST /graphql</code>: the GraphQL API, subscriptions over server-sent events.
Tools are given the address <code>${graphqlUrl}</code>.</li>
<li><a href="/schema.graphql"><code>/schema.graphql</code></a>: its schema.</li>
<li><a href="/healthz"><code>/healthz</code></a>: answers 200 while the server and its database work.</li>
</ul>
</html>
`;
}
