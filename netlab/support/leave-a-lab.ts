// Makes a lab's namespaces and waits to be killed: what it leaves is for another to remove.
import { Namespaces } from '../lab/namespaces.js';

const namespaces = Namespaces.create();
namespaces.start('home-a', 'sleep', ['60'], { stdio: 'ignore' });
process.send?.({ folder: namespaces.folder });
