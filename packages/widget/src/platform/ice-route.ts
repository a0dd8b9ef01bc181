import type { LinkConfig, LinkRoute } from '../core/effects.js';

type Route = Pick<RTCConfiguration, 'iceServers' | 'iceTransportPolicy'>;

/**
 * The part of a connection's configuration that says which ways it may take. Where `relay-tcp` leaves no server there is no
 * way: nothing is gathered. Firefox' ICE then fails at once; Chromium's connection stays `new` until somebody gives up.
 */
export function routeOf(iceServers: LinkConfig['iceServers'], route: LinkRoute): Route {
  const servers = route === 'relay-tcp' ? iceServers.flatMap(overTcp) : iceServers;
  return {
    iceServers: servers.map(({ urls, username, credential }) => ({
      urls,
      ...(username === undefined ? {} : { username }),
      ...(credential === undefined ? {} : { credential }),
    })),
    iceTransportPolicy: route === 'all' ? 'all' : 'relay',
  };
}

/** The same server by its addresses over TCP or TLS; nothing where it has none. */
function overTcp<S extends LinkConfig['iceServers'][number]>(server: S): S[] {
  const urls = [server.urls].flat().filter(isOverTcp);
  return urls.length > 0 ? [{ ...server, urls }] : [];
}

/** RFC 7065, 3.1: without a transport, `turn:` is UDP and `turns:` is TLS over TCP; `turns:` over UDP is DTLS. */
function isOverTcp(url: string): boolean {
  const [, isSecure, transport] = /^turn(s?):[^?]*(?:\?transport=(\w+))?$/i.exec(url) ?? [];
  if (isSecure === undefined) return false;
  return (transport ?? (isSecure ? 'tcp' : 'udp')).toLowerCase() === 'tcp';
}
