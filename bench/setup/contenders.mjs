// Who is compared: each is a page (pages/<page>.js) that offers `window.bench`, see pages/bench-page.js.

const OURS = 'packages/widget/dist/p2p-call.iife.min.js';

/** `isOurs`: not one of those to be beaten. `element`: the build of the element that the page loads. */
export function contendersFor({ against }) {
  return [
    { name: 'p2p-call', page: 'ours', isOurs: true, element: OURS },
    { name: 'peerjs', page: 'peerjs', isOurs: false },
    { name: 'simple-peer', page: 'simple-peer', isOurs: false },
    ...against.map((element, index) => ({
      name: `p2p-call (${index + 2})`,
      page: 'ours',
      isOurs: true,
      element,
    })),
  ];
}
