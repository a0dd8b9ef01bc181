// The entry of the bundles for a script tag: registers the tags, and offers the rest under one name.
export * from './index.js';
import './define.js';
