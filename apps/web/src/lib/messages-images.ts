/** The words round images of a workspace. */
export const imageMessages = {
  unreadable: 'This is no image that can be shown here.',
  gone: 'This image is not in the workspace any more.',
  tooLarge: 'This image is too large to be shown here. Save it to look at it.',
  loading: 'Loading the image',
  figure: (number: number, of: number) => (of === 1 ? 'Figure that Python drew' : `Figure ${number} of ${of}`),
} as const
