// ws with JSON read and written anew, as most signaling servers of examples and articles do.
import { serveRooms } from './room-relay.mjs';

await serveRooms((data, other) => other.send(JSON.stringify(JSON.parse(data.toString()))));
