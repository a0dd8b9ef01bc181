// The router of a home: its NAT, and its firewall.
import {
  LAN_BITS,
  WAN_BITS,
  lanAddress,
  lanGateway,
  wanAddress,
  wanGateway,
  type Side,
} from './addresses.js';
import type { Namespaces, Place } from './namespaces.js';

/**
 * `plain`: keeps the port, whoever it is for, so that two people behind such NATs find a direct way. `symmetric`: another
 * port for each destination; two of them find none.
 */
export type Nat = 'plain' | 'symmetric';
/** `udp`: no UDP. `only443`: nothing but TCP to port 443. */
export type Block = 'udp' | 'only443';
/** `inside`: the address that the browser's host has; `outside`: the one that the others see. */
export type AddressKind = 'inside' | 'outside' | 'both';

const MASQUERADE: Readonly<Record<Nat, string>> = {
  plain: 'masquerade',
  symmetric: 'masquerade random,fully-random',
};
/** They stand before the rule for what is established, so that running flows end too. Silent, as such firewalls are. */
const FIREWALL: Readonly<Record<Block, readonly string[]>> = {
  udp: ['meta l4proto udp drop'],
  only443: ['tcp dport 443 return', 'tcp sport 443 return', 'drop'],
};

export class Router {
  readonly side: Side;
  readonly #namespaces: Namespaces;
  #nat: Nat = 'plain';
  #block: Block | null = null;
  #turn = 0;

  constructor(namespaces: Namespaces, side: Side) {
    this.#namespaces = namespaces;
    this.side = side;
  }

  get nat(): Nat {
    return this.#nat;
  }

  get block(): Block | null {
    return this.#block;
  }

  get #home(): Place {
    return `home-${this.side}`;
  }

  get #router(): Place {
    return `nat-${this.side}`;
  }

  /** After the cable is laid: `wan` is there. */
  setUp(): void {
    const { side } = this;
    this.#namespaces.script(
      this.#home,
      `ip link set lo up
ip addr add ${lanAddress(side, 0)}/${LAN_BITS} dev lan
ip link set lan up
ip route add default via ${lanGateway(side)}
`,
    );
    this.#namespaces.script(
      this.#router,
      `echo 1 > /proc/sys/net/ipv4/ip_forward
ip link set lo up
ip addr add ${lanGateway(side)}/${LAN_BITS} dev lan
ip link set lan up
ip addr add ${wanAddress(side, 0)}/${WAN_BITS} dev wan
ip link set wan up
ip route add default via ${wanGateway(side)}
`,
    );
    this.#applyRules();
  }

  /** The NAT that new flows meet. */
  setNat(nat: Nat): void {
    this.#nat = nat;
    this.#applyRules();
  }

  setBlock(block: Block | null): void {
    this.#block = block;
    this.#applyRules();
  }

  /** No firewall, this NAT, and nothing remembered. Addresses stay: they differ in each trial anyway. */
  reset(nat: Nat): void {
    this.#nat = nat;
    this.#block = null;
    this.#applyRules();
    this.forgetFlows();
  }

  /** The router forgets all flows, as one that was switched off and on. */
  forgetFlows(): void {
    this.#namespaces.script(this.#router, 'conntrack -F 2> /dev/null');
  }

  changeAddress(kind: AddressKind): void {
    const { side } = this;
    const turn = ++this.#turn;
    if (kind !== 'inside') {
      this.#namespaces.script(
        this.#router,
        `ip addr flush dev wan
ip addr add ${wanAddress(side, turn)}/${WAN_BITS} dev wan
ip route add default via ${wanGateway(side)}
`,
      );
      this.forgetFlows();
    }
    if (kind !== 'outside') {
      this.#namespaces.script(
        this.#home,
        `ip addr flush dev lan
ip addr add ${lanAddress(side, turn)}/${LAN_BITS} dev lan
ip route add default via ${lanGateway(side)}
`,
      );
    }
  }

  #applyRules(): void {
    const firewall = this.#block === null ? [] : FIREWALL[this.#block];
    this.#namespaces.script(
      this.#router,
      `nft -f - << 'RULES'
table ip home
delete table ip home
table ip home {
  chain firewall {
    ${firewall.join('\n    ')}
  }
  chain forward {
    type filter hook forward priority filter; policy drop;
    jump firewall
    ct state established,related accept
    iifname "lan" oifname "wan" accept
  }
  chain input {
    # Without this, a packet that comes from outside before the first one went out makes the NAT take another port.
    type filter hook input priority filter; policy drop;
    ct state established,related accept
    iifname { "lan", "lo" } accept
  }
  chain postrouting {
    type nat hook postrouting priority srcnat;
    oifname "wan" ${MASQUERADE[this.#nat]}
  }
}
RULES
`,
    );
  }
}
