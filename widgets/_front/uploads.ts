/** Bytes of a file that a page sends at most: Jupyter drops larger messages without a word. */
export const LARGEST_UPLOAD = 10_000_000;
