/** The memory store keeps the store's contract. */
import { openMemoryStore } from '../../src/server/store/memory.ts';
import { storeSuite } from './suite.ts';

storeSuite({ name: 'memory', open: async (window) => openMemoryStore(window) });
