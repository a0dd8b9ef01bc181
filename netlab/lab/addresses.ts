// Who has which address. Documentation networks (RFC 5737) play the public internet.
export type Side = 'a' | 'b';
export const SIDES = ['a', 'b'] as const;

/** The host of the signaling service and the TURN server: an address for each, so that both can have port 443. */
export const SERVER = { gateway: '198.51.100.1', service: '198.51.100.2', turn: '198.51.100.3', bits: 24 };
/** All of the "internet", for what has to be allowed there. */
export const INTERNET = ['198.51.100.0/24', '203.0.113.0/24'] as const;

export const SERVICE_NAME = 'signal.lab.test';
export const TURN_NAME = 'turn.lab.test';
export const HOST_NAMES: Readonly<Record<string, string>> = {
  [SERVICE_NAME]: SERVER.service,
  [TURN_NAME]: SERVER.turn,
};
/** Where the agent of the server host answers pings. */
export const ECHO_PORT = 7777;

/** The networks of a home: how it looks inside of the router and outside. */
export const NETWORKS: Readonly<Record<Side, { lan: string; wan: string; firstWanHost: number }>> = {
  a: { lan: '192.168.1', wan: '203.0.113', firstWanHost: 2 },
  b: { lan: '192.168.2', wan: '203.0.113', firstWanHost: 130 },
};
export const LAN_BITS = 24;
export const WAN_BITS = 25;
/** Of the router, inside. */
export const lanGateway = (side: Side): string => `${NETWORKS[side].lan}.1`;
/** Of the internet's end of the cable. */
export const wanGateway = (side: Side): string => `${NETWORKS[side].wan}.${NETWORKS[side].firstWanHost - 1}`;
/** Of the browser's host; each time it changes, `turn` is one more. */
export const lanAddress = (side: Side, turn: number): string => `${NETWORKS[side].lan}.${10 + (turn % 100)}`;
/** Of the router, outside. */
export const wanAddress = (side: Side, turn: number): string =>
  `${NETWORKS[side].wan}.${NETWORKS[side].firstWanHost + (turn % 100)}`;
