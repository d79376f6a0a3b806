// region plugin
import { daemonry } from 'daemonry/vitest';
import { defineConfig } from 'vitest/config';

export default defineConfig({ plugins: [daemonry()] });
// endregion plugin
