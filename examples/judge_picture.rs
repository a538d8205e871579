// Tells whether a picture is in-distribution for a network, in Rust:
//   rustc judge_picture.rs -L DIR/lib && ./judge_picture MODEL.safetensors PICTURE.png
// The declarations are those of <odin/c.h>; a larger program would have bindgen make them.
use std::ffi::{c_char, CStr, CString};
use std::ptr;

#[repr(C)]
struct Model {
    _opaque: [u8; 0],
}

#[repr(C)]
#[derive(Default)]
struct Detection {
    struct_size: usize,
    label: i64,
    msp: f64,
    odin: f64,
    verdict: i32,
    reserved: i32,
}

#[link(name = "odin")]
extern "C" {
    fn odin_last_error() -> *const c_char;
    fn odin_model_load(path: *const c_char, model: *mut *mut Model) -> i32;
    fn odin_model_free(model: *mut Model) -> i32;
    fn odin_model_class_name(model: *const Model, label: i64, name: *mut *const c_char) -> i32;
    fn odin_detect_file(
        model: *const Model,
        path: *const c_char,
        options: *const u8,
        detection: *mut Detection,
    ) -> i32;
}

fn check(status: i32) -> Result<(), String> {
    if status == 0 {
        return Ok(());
    }
    Err(unsafe { CStr::from_ptr(odin_last_error()) }.to_string_lossy().into_owned())
}

/// A loaded network, which is freed at the end of its scope.
struct Network(*mut Model);

impl Network {
    fn load(path: &str) -> Result<Network, String> {
        let path = CString::new(path).map_err(|e| e.to_string())?;
        let mut model = ptr::null_mut();
        check(unsafe { odin_model_load(path.as_ptr(), &mut model) })?;
        Ok(Network(model))
    }

    fn detect(&self, picture: &str) -> Result<Detection, String> {
        let path = CString::new(picture).map_err(|e| e.to_string())?;
        let mut found =
            Detection { struct_size: std::mem::size_of::<Detection>(), ..Default::default() };
        check(unsafe { odin_detect_file(self.0, path.as_ptr(), ptr::null(), &mut found) })?;
        Ok(found)
    }

    fn class_name(&self, label: i64) -> Result<String, String> {
        let mut name = ptr::null();
        check(unsafe { odin_model_class_name(self.0, label, &mut name) })?;
        Ok(unsafe { CStr::from_ptr(name) }.to_string_lossy().into_owned())
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        unsafe { odin_model_free(self.0) };
    }
}

fn judge(model: &str, picture: &str) -> Result<(), String> {
    let network = Network::load(model)?;
    let found = network.detect(picture)?;
    let verdict = match found.verdict {
        1 => "in-distribution",
        0 => "out-of-distribution",
        _ => "no verdict: the model has no threshold",
    };
    println!("{}, score {:.10}, {}", network.class_name(found.label)?, found.odin, verdict);
    Ok(())
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let result = match &arguments[..] {
        [_, model, picture] => judge(model, picture),
        _ => Err("usage: judge_picture MODEL PICTURE".to_string()),
    };
    if let Err(text) = result {
        eprintln!("{text}");
        std::process::exit(1);
    }
}
