/** The addresses of one service, from the page's `signaling-url` (http, https, ws or wss; a path in front is kept). */
export function serviceUrls(
  signalingUrl: string,
  room: string,
): { socket: string; health: string; check: string } {
  const base = new URL(signalingUrl);
  const isSecure = base.protocol === 'https:' || base.protocol === 'wss:';
  const at = (protocol: string, path: string) => {
    const url = new URL(base);
    url.pathname = `${base.pathname.replace(/\/+$/, '')}${path}`;
    url.search = '';
    url.hash = '';
    // `protocol` cannot be set across special schemes in every browser, so the text is put together.
    return `${protocol}${isSecure ? 's' : ''}:${url.href.slice(url.protocol.length)}`;
  };
  return {
    socket: at('ws', `/v1/rooms/${encodeURIComponent(room)}`),
    health: at('http', '/healthz'),
    check: at('http', '/v1/check'),
  };
}
