import { Provider } from 'oidc-provider';

/** Groups of the people that the provider knows; it takes any password. */
const GROUPS = { anna: ['lage-stadt'], pia: ['lage-presse'], gerd: ['hausmeister'] };

/** A real OpenID Connect provider on this machine, with its own sign-in page. */
export function startProvider(port, redirect) {
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [{ client_id: 'lagebild', client_secret: 'only-for-this-test', redirect_uris: [redirect] }],
    claims: { openid: ['sub', 'groups'], profile: ['preferred_username'] },
    // Many providers do: what a client asks for stands in the ID token.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    cookies: { keys: ['of this test'] },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id, groups: GROUPS[id] ?? [] }),
    }),
  });
  return new Promise((resolve) => {
    const server = provider.listen(port, '127.0.0.1', () => resolve({ issuer, close: () => server.close() }));
  });
}
