// The laboratory: two homes behind NATs, an internet, and a host of servers, all of it inside of network namespaces.
import { SERVER, SIDES, type Side } from './addresses.js';
import { makeCertificates } from './authority.js';
import { Home, type HomeOptions, type LineOptions } from './home.js';
import { Namespaces, type Place } from './namespaces.js';
import type { Nat } from './router.js';
import { LabServer, SERVICE_URL } from './server.js';

export interface LabOptions extends LineOptions {
  readonly homes: Readonly<Record<Side, HomeOptions>>;
}

/** How a trial wants the network: both homes' NATs, or one each; and the line of both. */
export interface LabSetup extends LineOptions {
  readonly nat?: Nat | Readonly<Record<Side, Nat>>;
}

/** Of a page that is opened in the lab: two cores encode and decode for two people. */
const SMALL = { resolution: '360p', 'frame-rate': '15' };

const LONGEST_EXTRA_MS = 15;
const HEALTHY_WITHIN_MS = 15_000;

let rooms = 0;

export class Lab {
  readonly home: Readonly<Record<Side, Home>>;
  readonly server: LabServer;
  readonly #namespaces: Namespaces;
  #room = '';

  private constructor(namespaces: Namespaces, home: Readonly<Record<Side, Home>>, server: LabServer) {
    this.#namespaces = namespaces;
    this.home = home;
    this.server = server;
  }

  /** Builds it, starts the servers and the browsers, and opens an empty page in each home. Takes some seconds. */
  static async open({ homes, ...line }: LabOptions): Promise<Lab> {
    const namespaces = Namespaces.create();
    try {
      layOut(namespaces);
      const certificates = makeCertificates(namespaces.folder);
      const [server, a, b] = await Promise.all([
        LabServer.start(namespaces, certificates),
        Home.open(namespaces, 'a', homes.a, certificates),
        Home.open(namespaces, 'b', homes.b, certificates),
      ]);
      const lab = new Lab(namespaces, { a, b }, server);
      await lab.reset({ nat: { a: homes.a.nat ?? 'plain', b: homes.b.nat ?? 'plain' }, ...line });
      return lab;
    } catch (error) {
      await namespaces.remove();
      throw error;
    }
  }

  get homes(): readonly [Home, Home] {
    return [this.home.a, this.home.b];
  }

  /** A room that nobody has used, until the next `reset`. */
  get room(): string {
    return this.#room;
  }

  /** For the next trial: healthy servers and lines, then what this trial wants, and fresh pages. Throws if the lab is ill. */
  async reset({ nat = 'plain', ...line }: LabSetup = {}): Promise<void> {
    this.#room = `lab-${process.pid}-${++rooms}`;
    for (const home of this.homes) await home.reset(typeof nat === 'string' ? nat : nat[home.side]);
    await this.server.reset();
    const { delayMs = 0 } = line;
    for (const home of this.homes) await home.set({ delayMs });
    await this.assertHealthy();
    for (const home of this.homes) await home.set(line);
    await Promise.all(this.homes.map((home) => home.fresh()));
  }

  /** Opens the demo page in this lab's room, in one home or in both. `query`: attributes of the element. */
  async open(who: Side | 'both' = 'both', query: Readonly<Record<string, string>> = {}): Promise<void> {
    const url = `${SERVICE_URL}/?${new URLSearchParams({ room: this.#room, ...SMALL, ...query })}`;
    const homes = this.homes.filter(({ side }) => who === 'both' || who === side);
    await Promise.all(homes.map(({ page }) => page.goto(url)));
  }

  /** How often each home sent an offer to the service since the last `reset`. */
  get offersSent(): Readonly<Record<Side, number>> {
    const ofHome = (home: Home): number =>
      this.server.frames.filter(
        ({ from, type, address }) => from === 'page' && type === 'offer' && home.sentFrom(address),
      ).length;
    return { a: ofHome(this.home.a), b: ofHome(this.home.b) };
  }

  /**
   * What the lab itself loses or delays is no finding about a call. Waits until nothing gets lost unasked and a round trip
   * takes what was set: a machine that was just busy with something else needs a moment. Throws if that does not come.
   */
  async assertHealthy(): Promise<void> {
    const deadline = Date.now() + HEALTHY_WITHIN_MS;
    for (const home of this.homes) {
      for (let ill = await illnessOf(home); ill !== null; ill = await illnessOf(home))
        if (Date.now() > deadline) throw new Error(`The lab is ill at home ${home.side}: ${ill}`);
    }
  }

  /** Packets so far that a cable was too slow to take in. */
  droppedByKernel(): number {
    const read = (place: Place, device: string): number =>
      Number(this.#namespaces.script(place, `cat /sys/class/net/${device}/statistics/tx_dropped`));
    return SIDES.reduce((sum, side) => sum + read(`nat-${side}`, 'wan') + read('internet', `to-${side}`), 0);
  }

  /** What went on so far, for a failed trial: messages without what they hold of people, what cables carried, logs. */
  async describe(): Promise<string> {
    const [first] = this.server.frames;
    const frames = this.server.frames.map(({ from, at, type, body, address }) => {
      const { epoch, conn, neg, seq, code, action, reason } = body;
      const side = SIDES.find((one) => this.home[one].sentFrom(address)) ?? address;
      const rest = JSON.stringify({ epoch, conn, neg, seq, code, action, reason });
      return `${String(at - (first?.at ?? 0)).padStart(6)} ${side} ${from === 'page' ? 'sends' : 'gets '} ${type} ${rest}`;
    });
    const cables = await Promise.all(
      this.homes.map(async (home) => `cable ${home.side}: ${JSON.stringify(await home.counts())}`),
    );
    return [...frames, '', ...cables, '', this.server.output].join('\n');
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.homes.map((home) => home.close()));
    await this.#namespaces.remove();
  }
}

/** Before chance has its say: no packet may be missing. @returns what is wrong, or `null` */
async function illnessOf(home: Home): Promise<string | null> {
  await home.counts('reset');
  const { sent, answered, medianMs } = await home.ping();
  const { up, down } = await home.counts('reset');
  const dropped = [up, down].reduce((sum, way) => sum + way.lost + way.cut + way.full + way.refused, 0);
  const extraMs = medianMs - 2 * home.delayMs;
  if (answered === sent && dropped === 0 && extraMs >= 0 && extraMs < LONGEST_EXTRA_MS) return null;
  const cable = JSON.stringify({ up, down });
  return `${answered} of ${sent} pings answered, in ${medianMs} ms where ${2 * home.delayMs} were set; ${cable}`;
}

/** Cables of the kernel's own: from each home to its router, and from the internet to the servers. */
function layOut(namespaces: Namespaces): void {
  const wires = SIDES.map((side) => [`home-${side}`, 'lan', `nat-${side}`, 'lan'] as const);
  for (const [place, device, other, peer] of [...wires, ['internet', 'to-server', 'server', 'eth'] as const])
    namespaces.script(
      place,
      `ip link add ${device} type veth peer name ${peer} netns ${namespaces.nameOf(other)}\n`,
    );
  namespaces.script(
    'internet',
    `echo 1 > /proc/sys/net/ipv4/ip_forward
ip link set lo up
ip addr add ${SERVER.gateway}/${SERVER.bits} dev to-server
ip link set to-server up
# Private addresses lead nowhere out there.
ip route add blackhole default
`,
  );
  namespaces.script(
    'server',
    `ip link set lo up
ip addr add ${SERVER.service}/${SERVER.bits} dev eth
ip addr add ${SERVER.turn}/${SERVER.bits} dev eth
ip link set eth up
ip route add default via ${SERVER.gateway}
nft -f - << 'RULES'
table ip server {
  chain prerouting {
    # TURN over TLS has two doors, and coturn one.
    type nat hook prerouting priority dstnat;
    ip daddr ${SERVER.turn} tcp dport 443 dnat to ${SERVER.turn}:5349
  }
}
RULES
`,
  );
}
