import { P2pCallControlsElement } from './elements/p2p-call-controls.js';
import { P2pCallPreviewElement } from './elements/p2p-call-preview.js';
import { P2pCallStageElement } from './elements/p2p-call-stage.js';
import { P2pCallStatusElement } from './elements/p2p-call-status.js';
import { P2pCallElement } from './elements/p2p-call.js';

/** Registers the tags. A second copy of the script finds them taken and leaves them alone. */
export function defineP2pCall(): void {
  // On a server there is no registry.
  const registry = globalThis.customElements as CustomElementRegistry | undefined;
  if (registry === undefined || registry.get('p2p-call') !== undefined) return;
  registry.define('p2p-call-controls', P2pCallControlsElement);
  registry.define('p2p-call-preview', P2pCallPreviewElement);
  registry.define('p2p-call-stage', P2pCallStageElement);
  registry.define('p2p-call-status', P2pCallStatusElement);
  // Last, so that an element already in the page finds its parts when it comes to life.
  registry.define('p2p-call', P2pCallElement);
}

defineP2pCall();
