/** What each pass is called while it works. */
export const passTitlePhrases = {
  titleNormalize: 'Normalize the graph',
  titleStreamline: 'Streamline convolutions',
  titleOptimizeGraph: 'Optimize the graph',
  titleFloat16: 'Convert to half precision',
  titleStatic: 'Quantize to 8 bits, ranges measured',
  titleDynamic: 'Quantize to 8 bits, ranges taken as they come',
  titleWeights: 'Quantize weights only, to 4 or 8 bits',
  titleBatch: 'Make the batch dynamic',
  titleShapes: 'Fix the shapes',
  titleChannels: 'Remove channels',
  titleZeros: 'Zero small weights',
} as const;
