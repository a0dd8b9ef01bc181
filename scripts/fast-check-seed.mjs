// Loaded before Node's tests: with FC_SEED, fast-check's random stories are the same in each run.
import fc from 'fast-check';

const { FC_SEED } = process.env;
if (FC_SEED) fc.configureGlobal({ seed: Number(FC_SEED) });
