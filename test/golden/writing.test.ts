/** Golden transcripts: writing objects, and being refused. */
import { play } from './play.ts';
import { apply } from './scripts/apply.ts';
import { create } from './scripts/create.ts';
import { invalid } from './scripts/invalid.ts';
import { serverSideApply } from './scripts/server-side-apply.ts';
import { write } from './scripts/write.ts';

play('apply', apply);
play('server-side-apply', serverSideApply);
play('write', write);
play('create', create);
play('invalid', invalid);
