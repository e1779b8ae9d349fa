/** Takes out of kubectl's output what differs from run to run: times, ages, UIDs, addresses, revisions, generated names. */

const RULES: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uid>'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  [/[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<date>'],
  [/containerd:\/\/[0-9a-f]{64}/g, 'containerd://<id>'],
  [/sha256:[0-9a-f]{64}/g, 'sha256:<digest>'],
  [/https:\/\/127\.0\.0\.1:\d+/g, 'https://127.0.0.1:<port>'],
  [/\b10\.244\.\d+\.\d+\/\d+\b/g, '<cidr>'],
  [/\b10\.\d+\.\d+\.\d+\b/g, '<ip>'],
  [/(resourceVersion: )"\d+"/g, '$1"<rv>"'],
  [/("resourceVersion": ?)"\d+"/g, '$1"<rv>"'],
  [/\b(in|took) [0-9.]+m?s( \([0-9.]+m?s including waiting\))?/g, '$1 <duration>'],
  [/Image size: \d+ bytes/g, 'Image size: <size> bytes'],
  [/kube-api-access-[a-z0-9]{5}/g, 'kube-api-access-<gen>'],
  [/\b([a-z0-9-]+)\.[0-9a-f]{16}\b/g, '$1.<event>'],
  // An age stands in a column of its own: two blanks before it at least.
  [/(^| {2,}|\t)(\d+d)?(\d+h)?(\d+m)?\d+s( ago)?(?=\s|\)|$)/gm, '$1<age>$5'],
  [/<age>( \(x\d+ over )[0-9smhd]+\)/g, '<age>$1<age>)'],
];

/** The normalised text; blanks between columns are folded to two, because widths follow what was taken out. Indentation stays. */
export function normalise(text: string): string {
  let out = text;
  for (const [pattern, replacement] of RULES) out = out.replace(pattern, replacement);
  return out
    .split('\n')
    .map((line) => line.replace(/(?<=\S.*\S) {2,}/g, '  ').replace(/\s+$/, ''))
    .join('\n');
}
