#include "odin/native/streams/picture_source.h"

#include <algorithm>
#include <utility>

#include "odin/native/pictures/image_error.h"
#include "odin/native/streams/brace_names.h"
#include "odin/native/system/console.h"
#include "odin/tensor/error.h"

namespace odin::native {

namespace fs = std::filesystem;

Picture StreamItem::picture() const {
  return in_archive ? decode_picture(bytes, name) : load_picture(name);
}

PictureSource::PictureSource(const std::vector<std::string>& paths, const std::string& list,
                             StreamChoice choice)
    : choice_(std::move(choice)), list_(list.empty() ? nullptr : new NameList(list)) {
  for (const std::string& path : paths) add(path);
  const bool archives = std::any_of(names_.begin(), names_.end(),
                                    [](const Name& n) { return has_archive_name(n.name); });
  if (list_ || archives || choice_.shards > 1 || choice_.is_done) return;
  total_ = std::count_if(names_.begin(), names_.end(),
                         [](const Name& n) { return n.kind == StreamItem::Kind::picture; });
}

void PictureSource::stop() {
  if (list_) list_->stop();
}

void PictureSource::add(const std::string& name) {
  try {
    std::error_code ignored;
    if (name.find('{') == name.npos || fs::exists(fs::symlink_status(name, ignored)))
      return add_one(name);
    for (const std::string& each : expand_braces(name)) add_one(each);
  } catch (const std::exception& e) {
    names_.push_back({StreamItem::Kind::error, name, error_text(e)});
  }
}

void PictureSource::add_one(const std::string& name) {
  try {
    if (!fs::is_directory(name)) {
      names_.push_back({StreamItem::Kind::picture, name, {}});
      return;
    }
    const auto found = list_images(name);
    const std::string others = other_pictures_note(list_folder(name).others);
    if (!others.empty())
      names_.push_back({StreamItem::Kind::note, name, "'" + name + "': " + others});
    for (const fs::path& file : found)
      names_.push_back({StreamItem::Kind::picture, file.string(), {}});
  } catch (const std::exception& e) {
    names_.push_back({StreamItem::Kind::error, name, error_text(e)});
  }
}

bool PictureSource::next_name(Name& name) {
  while (names_.empty()) {
    const auto line = list_ ? list_->next() : std::nullopt;
    if (!line) return false;
    add(*line);
  }
  name = std::move(names_.front());
  names_.pop_front();
  return true;
}

std::optional<StreamItem> PictureSource::next() {
  for (;;) {
    if (archive_) {
      if (auto item = next_in_archive()) return item;
      continue;
    }
    Name name;
    if (!next_name(name)) return std::nullopt;
    if (auto item = begin(std::move(name))) return item;
  }
}

/// What a name brings at once; the pictures of an archive come later.
std::optional<StreamItem> PictureSource::begin(Name name) {
  if (name.kind == StreamItem::Kind::note) return note(name.text);
  if (names_seen_++ % choice_.shards != choice_.shard) return std::nullopt;
  StreamItem item;
  item.kind = name.kind;
  item.name = std::move(name.name);
  item.text = std::move(name.text);
  if (item.kind == StreamItem::Kind::picture && has_archive_name(item.name)) {
    try {
      archive_name_ = item.name;
      pictures_in_archive_ = 0;
      others_in_archive_.clear();
      archive_ = std::make_unique<TarArchive>(item.name);
      return std::nullopt;
    } catch (const Error& e) {
      return end_archive(e.what());
    }
  }
  if (choice_.is_done && choice_.is_done(item.name)) return std::nullopt;
  return numbered(std::move(item));
}

std::optional<StreamItem> PictureSource::next_in_archive() {
  StreamItem item;
  item.in_archive = true;
  try {
    const auto member = archive_->next();
    if (!member)
      return end_archive(pictures_in_archive_ > 0
                             ? ""
                             : "archive '" + archive_name_ + "': there are no pictures in it");
    const fs::path path(member->name);
    if (path.filename().string().starts_with('.')) return std::nullopt;
    if (!has_image_name(path)) {
      count_other_picture(path, others_in_archive_);
      return std::nullopt;
    }
    ++pictures_in_archive_;
    item.name = archive_name_ + "/" + member->name;
    if (choice_.is_done && choice_.is_done(item.name)) return std::nullopt;
    if (member->link) {
      item.kind = StreamItem::Kind::error;
      item.text = image_error_prefix(item.name) + "it is a link to another member of the archive";
    } else {
      item.bytes = archive_->read();  // also where it is not wanted: numbers must not depend on it
    }
    return numbered(std::move(item));
  } catch (const Error& e) {
    return end_archive(e.what());
  }
}

/// Closes the archive; what is wrong with it comes after its pictures.
std::optional<StreamItem> PictureSource::end_archive(const std::string& error) {
  archive_.reset();
  if (error.empty()) {
    const std::string others = other_pictures_note(others_in_archive_);
    if (others.empty()) return std::nullopt;
    return note("'" + archive_name_ + "': " + others);
  }
  if (choice_.is_done && choice_.is_done(archive_name_)) return std::nullopt;
  StreamItem item;
  item.kind = StreamItem::Kind::error;
  item.name = archive_name_;
  item.text = error;
  return numbered(std::move(item));
}

std::optional<StreamItem> PictureSource::numbered(StreamItem item) {
  item.number = number_++;
  if (choice_.is_mine && !choice_.is_mine(item.number)) return std::nullopt;
  return item;
}

StreamItem PictureSource::note(const std::string& text) const {
  StreamItem item;
  item.kind = StreamItem::Kind::note;
  item.number = number_;
  item.text = text;
  return item;
}

}  // namespace odin::native
