/** Where warnings go. */

/** Takes one text, without upstream's `299 -` around it. */
export type Warn = (text: string) => void;
