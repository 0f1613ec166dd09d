//! Routes: each is declared together with who may use it. The router and the tests' matrix are made from the same list.

use crate::frame::app::App;
use axum::handler::Handler;
use axum::routing::{MethodRouter, get, post};
use axum::{Extension, Router};
use domain::staff::Permission;

/// Who a route is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum For {
    Everybody,
    /// A reader who is signed in.
    Readers,
    /// A reader with a card.
    Holders,
    /// A member of staff with one of these permissions.
    Staff(&'static [Permission]),
}

/// What a route of the back office asks for; `StaffAsk` looks at it before the handler is called.
#[derive(Clone, Copy, Debug)]
pub struct Wanted(pub &'static [Permission]);

/// A route as it was declared.
#[derive(Clone, Copy, Debug)]
pub struct Route {
    pub method: &'static str,
    /// Numbers stand in braces, as axum writes them.
    pub path: &'static str,
    pub whom: For,
}

/// A line of the back office's menu: shown to whom its page is for.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Smaller stands higher.
    pub place: u8,
    pub href: &'static str,
    /// Of the sprite.
    pub icon: &'static str,
    pub title: &'static str,
    whom: For,
}

impl Entry {
    pub fn is_for(&self, permissions: i64) -> bool {
        match self.whom {
            For::Staff(any) => domain::staff::has_any(permissions, any),
            For::Everybody | For::Readers | For::Holders => false,
        }
    }
}

/// The routes that a slice declares, and what of them stands in the menu.
#[derive(Default)]
pub struct Routes {
    router: Router<App>,
    declared: Vec<Route>,
    menu: Vec<Entry>,
}

impl Routes {
    pub fn get<H: Handler<T, App>, T: 'static>(self, path: &'static str, whom: For, handler: H) -> Self {
        self.add("get", path, whom, get(handler))
    }

    pub fn post<H: Handler<T, App>, T: 'static>(self, path: &'static str, whom: For, handler: H) -> Self {
        self.add("post", path, whom, post(handler))
    }

    fn add(mut self, method: &'static str, path: &'static str, whom: For, handler: MethodRouter<App>) -> Self {
        let handler = match whom {
            For::Staff(permissions) => handler.layer(Extension(Wanted(permissions))),
            For::Everybody | For::Readers | For::Holders => handler,
        };
        self.declared.push(Route { method, path, whom });
        Routes { router: self.router.route(path, handler), ..self }
    }

    /// The page declared last has a line in the menu of the back office.
    pub fn in_menu(self, place: u8, icon: &'static str, title: &'static str) -> Self {
        let href = self.declared.last().map_or("", |route| route.path);
        self.in_menu_at(href, place, icon, title)
    }

    /// Or one with a filter, as `/staff/activities?kind=volunteer`.
    pub fn in_menu_at(mut self, href: &'static str, place: u8, icon: &'static str, title: &'static str) -> Self {
        let whom = self.declared.last().map_or(For::Everybody, |route| route.whom);
        self.menu.push(Entry { place, href, icon, title, whom });
        self
    }

    /// Another slice's routes beside these.
    pub fn and(mut self, other: Routes) -> Self {
        self.menu.extend(other.menu);
        self.declared.extend(other.declared);
        Routes { router: self.router.merge(other.router), ..self }
    }

    pub fn router(self) -> Router<App> {
        self.router
    }

    pub fn declared(self) -> Vec<Route> {
        self.declared
    }

    pub fn menu(mut self) -> Vec<Entry> {
        self.menu.sort_by_key(|entry| entry.place);
        self.menu
    }
}
