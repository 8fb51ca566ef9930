// How Marp turns the decks into HTML, PDF and PPTX; `course slides` calls it with this file.
export default {
  html: true, // figures stand in the text as <figure data-figure="...">
  themeSet: ["theme.css"],
  options: { emoji: { shortcode: false, unicode: false } }, // or their pictures come from a network
  bespoke: { transition: false },
  allowLocalFiles: true, // the figures' pictures, while a PDF or a PPTX is made
};
