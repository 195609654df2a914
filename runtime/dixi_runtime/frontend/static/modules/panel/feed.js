/** The camera's video, fetched only while it can be seen: it never ends, and a browser has few connections to an origin. */

const FEED = "/vision/video_feed";
const RETRY = 5_000;

export class Feed {
  /** @param {HTMLImageElement} image */
  constructor(image) {
    this.image = image;
    this.isWanted = true;
    this.isVisible = false;
    image.addEventListener("error", () => setTimeout(() => this.update(), RETRY));
    new IntersectionObserver((entries) => {
      this.isVisible = entries.at(-1)?.isIntersecting === true;
      this.update();
    }).observe(image);
  }

  /**
   * @param {boolean} isWanted
   * @returns {void}
   */
  want(isWanted) {
    this.isWanted = isWanted;
    this.update();
  }

  update() {
    if (this.isWanted && this.isVisible) this.image.src = `${FEED}?t=${Date.now()}`;
    else this.image.removeAttribute("src");
  }
}
