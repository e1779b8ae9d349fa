/** Base64 as the API carries bytes: standard alphabet, padded. */

/** Encodes the UTF-8 bytes of a text. */
export function encodeText(text: string): string {
  return encodeBytes(new TextEncoder().encode(text));
}

/** Encodes bytes. */
export function encodeBytes(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** Decodes to a text of UTF-8; bytes that are none become U+FFFD. Expects valid base64. */
export function decodeText(base64: string): string {
  const binary = atob(base64);
  return new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
}

/** How many bytes a base64 text stands for, without decoding it. */
export function decodedLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return Math.floor(base64.length / 4) * 3 - padding;
}
