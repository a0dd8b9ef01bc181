import { ContextProvider } from '@lit/context';
import { defineCE, expect, fixture, html } from '@open-wc/testing';
import { html as litHtml, LitElement, type TemplateResult } from 'lit';
import { callContext, IDLE_STATE } from './call-context.js';
import { CallController } from './call-controller.js';

class Reader extends LitElement {
  readonly call = new CallController(this);

  override render(): TemplateResult {
    return litHtml`${this.call.state.snapshot.phase}`;
  }
}
const tag = defineCE(Reader);

describe('CallController', () => {
  it('outside of a call: the idle state', async () => {
    const reader = await fixture<Reader>(`<${tag}></${tag}>`);
    expect(reader.call.state).to.equal(IDLE_STATE);
    expect(reader.shadowRoot?.textContent).to.equal('idle');
  });

  it('in a call: its state, and an update with each new one', async () => {
    const parent = await fixture<HTMLElement>(html`<div></div>`);
    const provider = new ContextProvider(parent, { context: callContext, initialValue: IDLE_STATE });
    const reader = document.createElement(tag) as Reader;
    parent.append(reader);
    await reader.updateComplete;
    provider.setValue({ ...IDLE_STATE, snapshot: { ...IDLE_STATE.snapshot, phase: 'waiting' } });
    await reader.updateComplete;
    expect(reader.shadowRoot?.textContent).to.equal('waiting');
  });
});
