// The shortcodes people and newsletters use most. Others stay as they were typed.

export const EMOJI = {
  "+1": "👍", "-1": "👎", "100": "💯", airplane: "✈️", alarm_clock: "⏰", arrow_down: "⬇️", arrow_right: "➡️",
  arrow_up: "⬆️", arrows_counterclockwise: "🔄", bangbang: "‼️", bar_chart: "📊", bell: "🔔", bookmark: "🔖",
  books: "📚", bulb: "💡", bust_in_silhouette: "👤", calendar: "📅", camera: "📷", chart_with_upwards_trend: "📈",
  checkered_flag: "🏁", clapper: "🎬", clap: "👏", clipboard: "📋", clock3: "🕒", closed_book: "📕", cloud: "☁️",
  date: "📅", earth_asia: "🌏", email: "📧", envelope: "✉️", exclamation: "❗", eyes: "👀", fire: "🔥", flag_cn: "🇨🇳",
  gear: "⚙️", gift: "🎁", globe_with_meridians: "🌐", grey_question: "❔", handshake: "🤝", heart: "❤️",
  heavy_check_mark: "✔️", hotel: "🏨", hourglass: "⌛", house: "🏠", inbox_tray: "📥", information_source: "ℹ️",
  key: "🔑", label: "🏷️", link: "🔗", lock: "🔒", loudspeaker: "📢", luggage: "🧳", mag: "🔍", mailbox: "📫",
  mega: "📣", memo: "📝", minibus: "🚐", moneybag: "💰", musical_note: "🎵", new: "🆕", newspaper: "📰",
  no_bell: "🔕", no_entry: "⛔", no_entry_sign: "🚫", ok: "🆗", ok_hand: "👌", page_facing_up: "📄", paperclip: "📎",
  party_popper: "🎉", pencil: "✏️", pencil2: "✏️", point_right: "👉", pray: "🙏", pushpin: "📌", question: "❓",
  raised_hands: "🙌", repeat: "🔁", robot_face: "🤖", rocket: "🚀", rolled_up_newspaper: "🗞️", scroll: "📜",
  shopping_bags: "🛍️", shopping_trolley: "🛒", slightly_smiling_face: "🙂", smile: "😄", sparkles: "✨",
  speech_balloon: "💬", spiral_calendar_pad: "🗓️", star: "⭐", star2: "🌟", tada: "🎉", thinking_face: "🤔",
  thumbsdown: "👎", thumbsup: "👍", trophy: "🏆", truck: "🚚", tv: "📺", warning: "⚠️", watch: "⌚", wave: "👋",
  white_check_mark: "✅", world_map: "🗺️", x: "❌", zap: "⚡",
};

/** Turn known `:shortcodes:` into emoji. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]+):/g, (code, name) => EMOJI[name] ?? code);
}
