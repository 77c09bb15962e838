// Texts whose contrast with what is behind them is below 4.5 (WCAG 2.2, 1.4.3).
() => {
  const parse = (text) => {
    const [r, g, b, a] = text.match(/[\d.]+/g).map(Number), whole = text.startsWith("color") ? 1 : 255;
    return { rgb: [r / whole, g / whole, b / whole], alpha: a ?? 1 };
  };
  const linear = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const over = (under, { rgb, alpha }) => rgb.map((value, n) => value * alpha + under[n] * (1 - alpha));
  const behind = (element) => {
    const layers = [];
    for (let one = element; one; one = one.parentElement) {
      layers.unshift(parse(getComputedStyle(one).backgroundColor));
      if (layers[0].alpha === 1) break;
    }
    return layers.reduce(over, [1, 1, 1]);
  };
  const contrast = (one) => {
    const drawn = one instanceof SVGElement, style = getComputedStyle(one);
    const pair = [parse(drawn ? style.fill : style.color).rgb, behind(drawn ? one.closest("svg") : one)];
    const [darker, lighter] = pair.map(light).sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  };
  const says = (one) => [...one.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.checkVisibility() && says(one) && contrast(one) < 4.5)
    .map((one) => `${one.tagName} ${one.className} ${contrast(one).toFixed(1)}: ${one.textContent}`);
}
