// ws alone: the text as it came. As little as a server in Node can do for two people.
import { serveRooms } from './room-relay.mjs';

await serveRooms((data, other) => other.send(data, { binary: false }));
