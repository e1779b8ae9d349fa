/** The log of a running cluster: JSON lines on stderr, warnings and worse unless `EVERYNODE_LOG` says otherwise. */
import { pino } from 'pino';
import type { Log } from '../ports.ts';

/** `EVERYNODE_LOG` is `debug`, `info`, `warn`, `error` or `silent`. */
export function stderrLog(): Log {
  const logger = pino({ level: process.env.EVERYNODE_LOG ?? 'warn', base: null }, pino.destination({ dest: 2, sync: true }));
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => logger.error(fields ?? {}, message),
  };
}
