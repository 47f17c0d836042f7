// The app's own words. Titles and synopses come from the catalogue.

const WORDS = {
  en: {
    home: "All series", continue: "Continue watching", all: "All series", play: "Play", resume: "Continue",
    trailer: "Trailer", episodes: "Episodes", episode: "Episode {n}", of: "{open} of {total} episodes",
    locked: "Locked", "locked-more": "This episode is locked.", free: "Free preview", share: "Share", copied: "Link copied",
    captions: "Captions", off: "Off", speed: "Speed", next: "Next episode", previous: "Previous episode",
    pause: "Pause", mute: "Mute", unmute: "Turn sound on", back: "Back", list: "Episode list", close: "Close",
    territory: "Territory", language: "Language", skip: "Skip to content", again: "Try again",
    trouble: "This did not load.", offline: "There is no connection.", empty: "Nothing is out here yet.",
    "empty-more": "Come back soon, or choose another territory.", "not-here": "This is not available here.",
    "not-here-more": "It may be open in another territory, or not yet.", "media-trouble": "This video does not play.",
    end: "That was the last episode for now.", position: "Position", now: "Now playing: {title}",
  },
  "pt-BR": {
    home: "Todas as séries", continue: "Continue assistindo", all: "Todas as séries", play: "Assistir", resume: "Continuar",
    trailer: "Trailer", episodes: "Episódios", episode: "Episódio {n}", of: "{open} de {total} episódios",
    locked: "Bloqueado", "locked-more": "Este episódio está bloqueado.", free: "Prévia grátis", share: "Compartilhar", copied: "Link copiado",
    captions: "Legendas", off: "Desligadas", speed: "Velocidade", next: "Próximo episódio", previous: "Episódio anterior",
    pause: "Pausar", mute: "Silenciar", unmute: "Ligar o som", back: "Voltar", list: "Lista de episódios", close: "Fechar",
    territory: "Território", language: "Idioma", skip: "Ir para o conteúdo", again: "Tentar de novo",
    trouble: "Não foi possível carregar.", offline: "Sem conexão.", empty: "Ainda não há nada aqui.",
    "empty-more": "Volte em breve ou escolha outro território.", "not-here": "Não está disponível aqui.",
    "not-here-more": "Pode estar aberto em outro território, ou ainda não.", "media-trouble": "Este vídeo não toca.",
    end: "Este foi o último episódio por enquanto.", position: "Posição", now: "Tocando: {title}",
  },
  es: {
    home: "Todas las series", continue: "Seguir viendo", all: "Todas las series", play: "Ver", resume: "Seguir",
    trailer: "Tráiler", episodes: "Episodios", episode: "Episodio {n}", of: "{open} de {total} episodios",
    locked: "Bloqueado", "locked-more": "Este episodio está bloqueado.", free: "Vista previa gratis", share: "Compartir", copied: "Enlace copiado",
    captions: "Subtítulos", off: "No", speed: "Velocidad", next: "Episodio siguiente", previous: "Episodio anterior",
    pause: "Pausa", mute: "Silenciar", unmute: "Activar sonido", back: "Volver", list: "Lista de episodios", close: "Cerrar",
    territory: "Territorio", language: "Idioma", skip: "Ir al contenido", again: "Reintentar",
    trouble: "No se pudo cargar.", offline: "No hay conexión.", empty: "Aquí todavía no hay nada.",
    "empty-more": "Vuelve pronto o elige otro territorio.", "not-here": "No está disponible aquí.",
    "not-here-more": "Puede estar abierto en otro territorio, o todavía no.", "media-trouble": "Este video no se reproduce.",
    end: "Era el último episodio por ahora.", position: "Posición", now: "Reproduciendo: {title}",
  },
  id: {
    home: "Semua serial", continue: "Lanjut menonton", all: "Semua serial", play: "Putar", resume: "Lanjutkan",
    trailer: "Trailer", episodes: "Episode", episode: "Episode {n}", of: "{open} dari {total} episode",
    locked: "Terkunci", "locked-more": "Episode ini terkunci.", free: "Pratinjau gratis", share: "Bagikan", copied: "Tautan disalin",
    captions: "Takarir", off: "Mati", speed: "Kecepatan", next: "Episode berikutnya", previous: "Episode sebelumnya",
    pause: "Jeda", mute: "Bisukan", unmute: "Nyalakan suara", back: "Kembali", list: "Daftar episode", close: "Tutup",
    territory: "Wilayah", language: "Bahasa", skip: "Ke isi", again: "Coba lagi",
    trouble: "Gagal memuat.", offline: "Tidak ada koneksi.", empty: "Belum ada apa-apa di sini.",
    "empty-more": "Kembali lagi nanti, atau pilih wilayah lain.", "not-here": "Tidak tersedia di sini.",
    "not-here-more": "Mungkin dibuka di wilayah lain, atau belum.", "media-trouble": "Video ini tidak dapat diputar.",
    end: "Itu episode terakhir untuk saat ini.", position: "Posisi", now: "Diputar: {title}",
  },
};

let words = WORDS.en;

export function setLanguage(tag) {
  const base = (tag ?? "").split("-")[0];
  words = WORDS[tag] ?? Object.entries(WORDS).find(([key]) => key.split("-")[0] === base)?.[1] ?? WORDS.en;
}

export function say(key, values = {}) {
  const text = words[key] ?? WORDS.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}
