/** What goes into `proofModel` and what must come out; apart from it, so that a cell's process loads nothing that writes models. */
export const proofInput = Float32Array.of(1, 2, 3, 4);
export const proofOutput = Float32Array.of(4, 25, 100, 0);
