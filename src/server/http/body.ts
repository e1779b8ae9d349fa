/** Reading request bodies: the content types taken, and objects decoded from them. */
import { ApiError } from '../../core/api/api-error.ts';
import { decodeProtobuf } from '../../core/api/protobuf/decode.ts';
import { WireError } from '../../core/api/protobuf/wire.ts';
import { badRequest, unsupportedMediaType } from '../../core/api/rest/errors.ts';
import type { FieldValidation } from '../../core/api/rest/write-options.ts';
import { type DecodedBody, type DecodeTarget, decodeBody, decodeValue, unrecognized } from '../../core/api/schema/body.ts';
import type { Exchange } from './exchange.ts';
import { MEDIA_TYPES } from './negotiate.ts';
import { readYaml, YamlError } from './yaml.ts';

/** A body as it was sent. */
export interface RawBody {
  readonly text: string;
  readonly yaml: boolean;
}

/** Reads the body of an object or of options. Throws 415 for a format that is not read, 413 for one too large, 400 for broken protobuf. */
export async function readBody(exchange: Exchange): Promise<RawBody> {
  const type = exchange.contentType;
  if (isProtobuf(exchange)) return { text: jsonOf(await exchange.bytes()), yaml: false };
  const yaml = type === 'application/yaml';
  if (type !== '' && type !== 'application/json' && !yaml) throw unsupportedMediaType(MEDIA_TYPES);
  return { text: await exchange.body(), yaml };
}

/** Whether the body is sent as protobuf. */
export function isProtobuf(exchange: Exchange): boolean {
  return exchange.contentType === 'application/vnd.kubernetes.protobuf';
}

/** The JSON that a body in protobuf stands for; an empty body stays one. */
function jsonOf(bytes: Uint8Array): string {
  if (bytes.length === 0) return '';
  try {
    const object = decodeProtobuf(bytes);
    if (!object) throw unsupportedMediaType(MEDIA_TYPES);
    return JSON.stringify(object);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw badRequest(error.message);
  }
}

/** The object in a body. Throws 400. */
export function decodeObject({ text, yaml }: RawBody, target: DecodeTarget, mode: FieldValidation): DecodedBody {
  if (!yaml) return decodeBody(text, target, mode);
  try {
    const { value, duplicates } = readYaml(text);
    const earlier = duplicates.length > 0 ? [`yaml: unmarshal errors:\n${duplicates.map((one) => `  ${one}`).join('\n')}`] : [];
    return decodeValue(value, target, { mode, earlier, text });
  } catch (error) {
    if (!(error instanceof YamlError)) throw error;
    // The YAML reader fails before it asks for version and kind, so the refusal does not speak of them.
    const { message } = unrecognized(target, error.message, text);
    throw new ApiError(400, 'BadRequest', message.replace("couldn't get version/kind; ", ''));
  }
}
