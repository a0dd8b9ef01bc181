// The command line as the tests start it: from the sources, in a process of its own.
import { main } from '../src/hosts/node/cli.js';

await main(process.argv.slice(2));
