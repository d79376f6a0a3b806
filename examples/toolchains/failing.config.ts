import { daemonry } from 'daemonry/vitest';
import { defineConfig } from 'vitest/config';

/** A test that fails on purpose, to see that it shows what its application has logged. */
export default defineConfig({ plugins: [daemonry()], test: { include: ['test/*.failing.ts'] } });
